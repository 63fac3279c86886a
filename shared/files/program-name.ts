/** Names of files that run something when they are opened, on one of the three systems. */

const PROGRAMS: ReadonlySet<string> = new Set(
  [
    "exe com scr pif cmd bat ps1 psm1 vb vbe vbs js jse ws wsf wsh msc msi msp mst msix appx hta cpl lnk url scf reg inf jar",
    "application gadget library-ms search-ms settingcontent-ms chm iso img vhd vhdx",
    "app command pkg mpkg dmg terminal workflow action scpt scptd tool fileloc webloc inetloc",
    "sh bash zsh fish csh desktop run bin appimage deb rpm flatpak flatpakref snap py pyw pl rb php lua",
    "html htm xhtml mht mhtml svg xml xsl docm dotm xlsm xltm xlam pptm potm ppam sldm",
  ].flatMap((list) => list.split(" ")),
);

/**
 * Whether opening may run something; also if the ending says nothing, as on Linux and macOS the content may decide.
 * @param name safe, as `safeFileName` makes it
 */
export function isProgramName(name: string): boolean {
  const dot = name.lastIndexOf(".");
  const ending = dot <= 0 ? "" : name.slice(dot + 1).toLowerCase();
  return ending === "" || PROGRAMS.has(ending);
}
