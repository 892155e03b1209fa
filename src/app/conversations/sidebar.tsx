/** The conversations that are kept, the last one first. */
export function Sidebar() {
  return null;
}
