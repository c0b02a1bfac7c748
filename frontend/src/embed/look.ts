// The look of the element, which the page around it does not reach. In: nothing. Out: a style sheet.

export const LOOK = `
:host {
  position: relative;
  display: block;
  overflow: hidden;
  aspect-ratio: 16 / 9;
  background: #000;
  color: #e9eef2;
  font: 14px/1.4 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
}
:host([hidden]) { display: none; }
.video, .video canvas, canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
.video canvas { object-fit: contain; }
canvas { pointer-events: none; }
:host(:not([state='open'])) canvas[aria-hidden] { opacity: 0.25; }
:host(:not([state='open'])) .video { filter: grayscale(0.6); opacity: 0.4; }
p {
  position: absolute;
  inset: 0;
  display: flex;
  align-items: center;
  justify-content: center;
  margin: 0;
  padding: 12px;
  text-align: center;
  background: rgb(13 16 19 / 0.78);
}
p:empty { display: none; }
`;
