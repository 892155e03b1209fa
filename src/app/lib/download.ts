/** Gives the user a text as a file, by the browser's own way of saving downloads. In parts, where it is long. */
export function downloadText(name: string, type: string, ...text: BlobPart[]): void {
  const url = URL.createObjectURL(new Blob(text, { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the bytes once it has begun, which is after this task.
  setTimeout(() => URL.revokeObjectURL(url));
}

/** A title as a name that every file system takes. */
export function fileNameOf(title: string, extension: string): string {
  const plain = title
    .normalize()
    .replace(/[^\p{L}\p{N} ._-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 60);
  return `${plain.replace(/^[ .]+|[ .]+$/g, '') || 'chat'}.${extension}`;
}
