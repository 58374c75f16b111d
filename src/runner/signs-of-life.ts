/** How a worker shows that it gets on with its work, however long that takes: each network that has run and each picture that was prepared counts. */
import type { Engine, Session } from '../engines/index.js';
import type { ImagePool } from '../images/image-pool.js';

/** The same engine, which tells of every run that has ended. Nothing waits for that. */
export function countedRuns(engine: Engine, onWork: () => void): Engine {
  return {
    ...engine,
    async createSession(graph, options) {
      const session = await engine.createSession(graph, options);
      onWork();
      return countedSession(session, onWork);
    },
  };
}

/** The same pool, which tells of every picture. */
export function countedPictures(pool: ImagePool, onWork: () => void): ImagePool {
  return {
    threads: pool.threads,
    close: () => pool.close(),
    preprocess(image) {
      const pixels = pool.preprocess(image);
      pixels.then(onWork, onWork);
      return pixels;
    },
  };
}

function countedSession(session: Session, onWork: () => void): Session {
  const counted = <Result>(result: Promise<Result>): Promise<Result> => {
    result.then(onWork, onWork);
    return result;
  };
  const { runOnDevice } = session;
  return {
    get device() {
      return session.device;
    },
    placement: () => session.placement?.(),
    release: () => session.release(),
    run: (feeds, outputs) => counted(session.run(feeds, outputs)),
    ...(runOnDevice && { runOnDevice: (feeds) => counted(runOnDevice(feeds)) }),
  };
}
