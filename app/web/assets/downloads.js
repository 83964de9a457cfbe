// A file that the server made is handed to whoever asked for it.
watch("value", () => {
  const file = props.value;
  if (!file?.data) return;
  const bytes = Uint8Array.from(atob(file.data), (character) => character.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: file.kind }));
  Object.assign(document.createElement("a"), { href: address, download: file.name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
});
