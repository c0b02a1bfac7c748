// A video on its way. In: files, one after the other. Out: a hook with how far the upload is, why the last
// one was refused, and the upload once the server has taken it. Whoever leaves cancels it.
import { useEffect, useRef, useState } from 'react';
import type { Sending } from '../api/upload';
import { refusedWord } from '../manage/words';
import { browserTime } from '../time/time';
import { beginning, type Progress, sent } from './progress';
import { sendVideo, uploaded, whyNotSend } from './requests';
import type { Upload } from './tried';

export type Uploading =
  | { at: 'idle'; refused: string | undefined }
  /** On its way; all of it has left where the share is 1. */
  | { at: 'sending'; name: string; progress: Progress };

interface Used {
  uploading: Uploading;
  begin: (file: File) => void;
  cancel: () => void;
}

const IDLE: Uploading = { at: 'idle', refused: undefined };

export function useUpload(onUploaded: (video: Upload) => void): Used {
  const [uploading, set] = useState<Uploading>(IDLE);
  const sending = useRef<Sending>(undefined);
  // Number of the file that is wanted: whoever cancels, or leaves, wants none.
  const turn = useRef(0);
  const stop = () => {
    turn.current++;
    sending.current?.cancel();
  };
  useEffect(() => stop, []);

  const send = async (file: File): Promise<void> => {
    const mine = ++turn.current;
    let progress = beginning(file.size, browserTime.now());
    const show = (state: Uploading) => {
      if (mine === turn.current) set(state);
    };
    show({ at: 'sending', name: file.name, progress });
    const refused = await whyNotSend(file);
    if (refused !== undefined) show({ at: 'idle', refused });
    if (refused !== undefined || mine !== turn.current) return;
    progress = beginning(file.size, browserTime.now());
    sending.current = sendVideo(file, (bytes) => {
      progress = sent(progress, bytes, browserTime.now());
      show({ at: 'sending', name: file.name, progress });
    });
    const video = await uploaded(sending.current);
    show(IDLE);
    if (video !== undefined) onUploaded(video);
  };

  return {
    uploading,
    begin: (file) =>
      void send(file).catch((error: unknown) => set({ at: 'idle', refused: refusedWord(error) })),
    cancel: () => {
      stop();
      set(IDLE);
    },
  };
}
