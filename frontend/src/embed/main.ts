// The entry of the file for other people's pages. In: the address that the script came from. Out: the
// element, known to the page. A page that has the script twice has the element once.
import { CameraElement, NAME } from './element';

const script = document.currentScript;
// Modules are not told where they came from, and guessing would send a token to another server.
if (script instanceof HTMLScriptElement && script.src !== '') CameraElement.home = new URL(script.src).origin;

if (customElements.get(NAME) === undefined) customElements.define(NAME, CameraElement);
