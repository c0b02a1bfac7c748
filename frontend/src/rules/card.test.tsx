// A rule on the page, as markup.
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { type ListedRule, listed } from './rule';
import { RuleCard } from './RuleCard';

const NIGHT = listed({ id: 'night', when: 'seen', class: 'person', tell: ['telegram'] });

function card(of: ListedRule, there: readonly string[] | undefined, isInstead = false): string {
  const nothing = () => undefined;
  return renderToStaticMarkup(
    <RuleCard
      listed={of}
      camera="yard"
      there={there}
      isInstead={isInstead}
      onEdit={nothing}
      onCopy={nothing}
      onRemove={nothing}
    />,
  );
}

describe('a rule on the page', () => {
  it('is a sentence with buttons that say of which rule they are', () => {
    const markup = card(NIGHT, ['telegram']);
    expect(markup).toContain('Once a person is seen on <b>yard</b>, tell Telegram.');
    for (const act of ['Edit', 'Copy', 'Remove'])
      expect(markup).toContain(`aria-label="${act} rule night of yard"`);
    expect(markup).not.toContain('not set up');
  });

  it('says what keeps it from being told, once that is known, and that it is instead of another', () => {
    expect(card(NIGHT, ['ntfy'])).toContain('Telegram is not set up');
    expect(card(NIGHT, undefined)).not.toContain('not set up');
    expect(card(NIGHT, undefined, true)).toContain('Takes the place');
  });

  it('of a kind that is not known can be removed alone', () => {
    const markup = card({ id: 'odd', rule: undefined, fields: {} }, []);
    expect(markup).toContain('does not know');
    expect(markup.match(/<button/g)).toHaveLength(1);
  });
});
