// A question could not be asked: it stays in its box.
watch("value", () => { if (props.value) document.dispatchEvent(new Event("wence:refused")); });
