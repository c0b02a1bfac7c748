// What is said of the last change. In: the words, a way back where there is one, and what to do once they are
// read. Out: a bar at the foot of the page, over it, so that nothing moves; it stays until it is closed.
import { useEffect, useRef } from 'react';
import { IconButton } from '../ui/IconButton';
import type { News } from './use_board';

interface Props {
  news: News | undefined;
  onClose: () => void;
}

const CROSS = 'M5 5l10 10M15 5L5 15';

export function NewsBar({ news, onClose }: Props) {
  const undo = useRef<HTMLButtonElement>(null);
  const canUndo = news?.undo !== undefined;
  // The button that removed the rule is gone; what follows is here.
  useEffect(() => {
    if (canUndo) undo.current?.focus();
  }, [canUndo]);
  return (
    <div className="news" role="status" data-testid="news">
      {news !== undefined && (
        <div className="news-bar" data-wrong={news.isWrong}>
          <span className="news-words">{news.words}</span>
          {news.undo !== undefined && (
            <button ref={undo} type="button" className="button compact" onClick={news.undo}>
              Undo
            </button>
          )}
          <IconButton hook="news-close" label="Close" icon={CROSS} onClick={onClose} />
        </div>
      )}
    </div>
  );
}
