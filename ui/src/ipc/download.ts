// A browser's way to give a person a file: a link to a blob, clicked for them. It lands among their downloads.

export function download(name: string, mediaType: string, text: string): Promise<string> {
  const address = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken hold of it by the next turn; kept longer it would hold the memory.
  setTimeout(() => URL.revokeObjectURL(address), 0);
  return Promise.resolve(name);
}
