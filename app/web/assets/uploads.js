// Send files to the server; resolves to their paths there.
const send = (files, tell) => new Promise((resolve, reject) => {
  const body = new FormData();
  for (const file of files) body.append("files", file, file.name);
  const request = new XMLHttpRequest();
  request.upload.onprogress = (event) => tell(`正在上传：${Math.round((100 * event.loaded) / event.total)}%`);
  request.onload = () => {
    tell("");
    if (request.status === 200) return resolve(JSON.parse(request.responseText));
    reject(new Error(request.status === 413 ? "文件过大，请压缩或拆分后再试。" : "上传失败，请稍后重试。"));
  };
  request.onerror = () => { tell(""); reject(new Error("上传失败，请检查网络后重试。")); };
  request.open("POST", new URL("gradio_api/upload", document.baseURI));
  request.send(body);
});
