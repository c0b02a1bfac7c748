// The services that tell people and programs what cameras see, for who may change things. In: services and
// account from their contexts. Out: a button in the bar, and a list with the state of each service and a
// button that tries it; nothing where there are none, or for others.
import { type KeyboardEvent, useRef, useState } from 'react';
import { useCameras } from '../cameras/cameras_context';
import { mayChange } from '../login/account';
import { useAccount } from '../login/account_context';
import type { ListedService } from '../protocol/status';
import { useOutside } from '../ui/outside';
import { tryService } from './requests';
import { serviceName, stateWord, type Tried, TRYING } from './words';

export function Services() {
  const account = useAccount();
  const { services } = useCameras();
  if (account === undefined || !mayChange(account) || services.length === 0) return null;
  return <Listed services={services} />;
}

function Listed({ services }: { services: readonly ListedService[] }) {
  const box = useRef<HTMLDetailsElement>(null);
  useOutside(box, true, () => {
    if (box.current !== null) box.current.open = false;
  });
  const failing = services.some(({ reason }) => reason !== undefined);
  return (
    <details ref={box} className="services" data-testid="services" onKeyDown={closeOnEscape}>
      <summary className="services-toggle" data-failing={failing}>
        {failing ? 'Services: trouble' : 'Services'}
      </summary>
      <ul className="services-list">
        {services.map((service) => (
          <ServiceEntry key={service.name} service={service} />
        ))}
      </ul>
    </details>
  );
}

function closeOnEscape(event: KeyboardEvent<HTMLDetailsElement>) {
  if (event.key !== 'Escape' || !event.currentTarget.open) return;
  // The key is the list's, not the page's.
  event.preventDefault();
  event.currentTarget.open = false;
  event.currentTarget.querySelector('summary')?.focus();
}

export function ServiceEntry({ service }: { service: ListedService }) {
  const [tried, setTried] = useState<Tried>();
  const trying = tried === TRYING;
  const begin = () => {
    if (trying) return;
    setTried(TRYING);
    void tryService(window.location.href, service.name).then(setTried);
  };
  const name = serviceName(service.name);
  return (
    <li data-testid={`service-${service.name}`} data-failing={service.reason !== undefined}>
      <span className="service-name">{name}</span>
      <span className="service-state">{stateWord(service)}</span>
      {/* A sheet gets rows, and no messages. */}
      {service.name !== 'sheets' && (
        <button
          type="button"
          className="button service-test"
          aria-label={`Send a test by ${name}`}
          // One that is disabled would lose the focus.
          aria-disabled={trying}
          onClick={begin}
        >
          Send a test
        </button>
      )}
      <span className="service-tried" role="status" data-arrived={tried?.arrived}>
        {tried?.words}
      </span>
    </li>
  );
}
