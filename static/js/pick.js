// The hand-held pick page: + and -, a camera or a hand scanner for codes. Without script the fields are typed.
const form = document.querySelector("form[data-pick]");

function label(button, quantity) {
  button.textContent = quantity ? `${button.dataset.picked} ${quantity}` : button.dataset.picked;
}

function steppers(field, button) {
  form.querySelectorAll("[data-step]").forEach((step) => {
    step.addEventListener("click", () => {
      const wanted = Number(field.value || 0) + Number(step.dataset.step);
      field.value = Math.min(Number(field.max), Math.max(Number(field.min), wanted));
      label(button, field.value);
    });
  });
  field.addEventListener("input", () => label(button, field.value));
}

// A hand scanner types fast and ends with Enter; a person does not. Its code goes into the field wherever the focus is.
function handScanner(field) {
  let typed = "";
  let last = 0;
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, select, textarea, dialog")) return;
    if (event.timeStamp - last > 60) typed = "";
    last = event.timeStamp;
    if (/^\d$/.test(event.key)) typed += event.key;
    else if (event.key === "Enter" && typed.length >= 8) {
      event.preventDefault();
      scanned(field, typed);
    }
  });
}

function scanned(field, code) {
  field.value = code;
  form.requestSubmit(form.querySelector("[data-one]"));
}

async function camera(field, opener) {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  const detector = new BarcodeDetector({ formats: ["ean_13", "upc_a", "upc_e", "ean_8", "code_128"] });
  const dialog = document.getElementById("scanner");
  const video = dialog.querySelector("video");
  opener.hidden = false;
  opener.addEventListener("click", async () => {
    dialog.showModal();
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      await video.play();
      read();
    } catch {
      const words = dialog.querySelector("[data-scan-words]");
      words.textContent = words.dataset.denied;
    }
  });
  dialog.addEventListener("close", () => {
    video.srcObject?.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  });
  async function read() {
    if (!dialog.open) return;
    const [found] = await detector.detect(video).catch(() => []);
    if (found) {
      dialog.close();
      scanned(field, found.rawValue);
    } else setTimeout(read, 150);
  }
}

if (form) {
  const code = form.elements.scanned;
  const quantity = form.querySelector("input[type=number]");
  if (quantity) steppers(quantity, form.querySelector("[data-picked]"));
  handScanner(code);
  camera(code, form.querySelector("[data-scan]"));
}
