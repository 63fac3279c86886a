/** Files that are dragged over a conversation and dropped there. */
import { useRef, useState, type DragEvent } from "react";

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes("Files");

/** @param onDropped null: nothing can be dropped here now */
export function useDrop(onDropped: ((files: File[]) => void) | null): {
  isOver: boolean;
  handlers: Pick<React.HTMLAttributes<HTMLElement>, "onDragEnter" | "onDragOver" | "onDragLeave" | "onDrop">;
} {
  const [isOver, setOver] = useState(false);
  /** Elements below the pointer: entering a child leaves its parent. */
  const depth = useRef(0);
  const end = (): void => {
    depth.current = 0;
    setOver(false);
  };
  return {
    isOver: isOver && onDropped !== null,
    handlers: {
      onDragEnter(event) {
        if (!hasFiles(event)) return;
        depth.current++;
        setOver(true);
      },
      onDragOver(event) {
        if (!hasFiles(event)) return;
        // Without this the window would open the file.
        event.preventDefault();
        event.dataTransfer.dropEffect = onDropped === null ? "none" : "copy";
      },
      onDragLeave(event) {
        if (!hasFiles(event)) return;
        depth.current--;
        if (depth.current <= 0) end();
      },
      onDrop(event) {
        if (!hasFiles(event)) return;
        event.preventDefault();
        end();
        const files = [...event.dataTransfer.files];
        if (files.length > 0) onDropped?.(files);
      },
    },
  };
}
