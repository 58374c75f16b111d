/** News of a run that goes on: the server says when the journal has grown, and the page asks for its data again. */

/** @param onData called with the data as the page carries them */
export function followNews(onData: (base64: string) => Promise<void>): void {
  const source = new EventSource('events');
  const say = (text: string): void => {
    const place = document.getElementById('live');
    if (place !== null && place.textContent !== text) place.textContent = text;
  };
  source.addEventListener('open', () => say('live'));
  source.addEventListener('error', () => say('not connected'));
  source.addEventListener('message', async () => {
    const answer = await fetch('data');
    if (answer.ok) await onData(await answer.text());
  });
}
