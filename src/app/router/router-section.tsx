import { LazyModule, useLazyModule } from '../chat/lazy-module';
import { useAppState } from '../session-context';

const routerWindow = new LazyModule(() => import('./router-window'));

/** The mixture of experts at work; nothing where a server answers, which does not tell. */
export function RouterSection() {
  const info = useAppState((state) => state.model.info);
  const parts = useLazyModule(routerWindow, info !== null);
  return info && parts && <parts.RouterWindow info={info} />;
}
