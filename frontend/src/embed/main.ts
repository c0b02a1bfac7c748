// The entry of the file for other people's pages. In: the address that the script came from. Out: the
// element, known to the page. A page that has the script twice has the element once.
import { CameraElement, NAME } from './element';

const script = document.currentScript;
CameraElement.home =
  script instanceof HTMLScriptElement && script.src !== ''
    ? new URL(script.src).origin
    : window.location.origin;

if (customElements.get(NAME) === undefined) customElements.define(NAME, CameraElement);
