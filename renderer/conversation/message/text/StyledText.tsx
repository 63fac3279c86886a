/**
 * Draws the blocks and spans of a text (XEP-0393). The marks stay visible, so that nobody can hide text between them,
 * but are dimmed, and screen readers hear the style instead of them (§8). A bar stands for the signs of a quote, a
 * frame for the fences of code.
 */
import { Fragment } from "react";
import { CodeBlock } from "./CodeBlock.tsx";
import { MessageLink } from "./MessageLink.tsx";
import type { Block, Span } from "./styling.ts";
import styles from "./StyledText.module.css";

type Line = Extract<Block, { kind: "line" }>;
/** Lines in a row are one text. */
type Part = { kind: "lines"; lines: Line[] } | Exclude<Block, Line>;

const isBlank = (line: Line | undefined): boolean => line !== undefined && line.spans.length === 0;

/** An empty line next to a block is left out: the block has space around it. */
function partsOf(blocks: readonly Block[]): Part[] {
  const parts: Part[] = [];
  for (const block of blocks) {
    const last = parts.at(-1);
    if (block.kind !== "line") parts.push(block);
    else if (last?.kind === "lines") last.lines.push(block);
    else parts.push({ kind: "lines", lines: [block] });
  }
  return parts.flatMap((part, at): Part[] => {
    if (part.kind !== "lines" || parts.length === 1) return [part];
    const { lines } = part;
    const from = at > 0 && isBlank(lines[0]) ? 1 : 0;
    const to = at < parts.length - 1 && lines.length > from && isBlank(lines.at(-1)) ? -1 : lines.length;
    const kept = lines.slice(from, to);
    return kept.length === 0 ? [] : [{ kind: "lines", lines: kept }];
  });
}

const Mark = ({ children }: { children: string }) => (
  <span className={styles.mark} aria-hidden="true">
    {children}
  </span>
);

const STYLES = { strong: ["strong", "*"], emphasis: ["em", "_"], strike: ["s", "~"], code: ["code", "`"] } as const;

function Spans({ spans }: { spans: readonly Span[] }) {
  return spans.map((span, at) => {
    if (span.kind === "text") return span.text;
    if (span.kind === "link") return <MessageLink key={at} text={span.text} target={span.target} />;
    const [Tag, mark] = STYLES[span.kind];
    return (
      <Fragment key={at}>
        <Mark>{mark}</Mark>
        <Tag className={styles[span.kind]}>{span.kind === "code" ? span.text : <Spans spans={span.spans} />}</Tag>
        <Mark>{mark}</Mark>
      </Fragment>
    );
  });
}

/** @param isCut the text is only the beginning of one */
export function StyledText({ blocks, isCut }: { blocks: readonly Block[]; isCut: boolean }) {
  return partsOf(blocks).map((part, at) => {
    switch (part.kind) {
      case "lines":
        return part.lines.map(({ spans }, line) => (
          <Fragment key={`${at} ${line}`}>
            {line > 0 && "\n"}
            <Spans spans={spans} />
          </Fragment>
        ));
      case "quote":
        return (
          <blockquote key={at} className={styles.quote} dir="auto">
            <StyledText blocks={part.blocks} isCut={isCut} />
          </blockquote>
        );
      case "code":
        return <CodeBlock key={at} info={part.info} lines={part.lines} isCut={isCut && !part.isClosed} />;
    }
  });
}
