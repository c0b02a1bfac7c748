// Saves the picture that is seen. In: the camera, and the layers over its picture. Out: a link over the
// picture, next to full screen.
import type { RefObject } from 'react';
import type { Layers } from '../results/layers';
import { Icon } from '../ui/IconButton';
import { fileName, pictureAddress } from './saving';

interface Props {
  link: RefObject<HTMLAnchorElement | null>;
  camera: string;
  layers: Layers | undefined;
}

const LABEL = 'Save the picture';
const ICON = 'M10 3v10M5 9l5 5 5-5M3 17h14';

export function SaveButton({ link, camera, layers }: Props) {
  return (
    <a
      ref={link}
      className="icon-button"
      data-testid="save"
      href={pictureAddress(camera, layers)}
      download
      aria-label={LABEL}
      title={LABEL}
      onClick={({ currentTarget }) => {
        currentTarget.download = fileName(camera, new Date());
      }}
    >
      <Icon lines={ICON} />
    </a>
  );
}
