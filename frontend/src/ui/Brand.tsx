// The name of the product with its mark, as every page's bar has it. In: nothing. Out: the page's heading.
export function Brand() {
  return (
    <h1 className="product">
      <Mark />
      <span className="product-name">Steadycast</span>
    </h1>
  );
}

function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M9 9.5h14M9 22.5h14" className="mark-far" />
      <path d="M4 16h24" className="mark-near" />
      <circle cx="20" cy="16" r="4.5" className="mark-knob" />
    </svg>
  );
}
