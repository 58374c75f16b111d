/**
 * Plays nvidia-smi for two GPUs: `--query-gpu=…` with `--loop-ms` prints 100 W and 40 W again and again, without it what the first argument
 * says. Dated as nvidia-smi dates, in local time.
 */
const [manner, ...args] = process.argv.slice(2);
const loop = args.find((arg) => arg.startsWith('--loop-ms='));
const two = (number, digits = 2) => String(number).padStart(digits, '0');
function now() {
  const t = new Date();
  const day = `${t.getFullYear()}/${two(t.getMonth() + 1)}/${two(t.getDate())}`;
  return `${day} ${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}.${two(t.getMilliseconds(), 3)}`;
}
if (manner === 'broken') {
  console.log("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.");
  process.exit(9);
}
if (loop === undefined) {
  const second = manner === 'silent' ? '[N/A]' : '40.00';
  console.log(`0, NVIDIA H100 80GB HBM3, 100.00\n1, NVIDIA A2, ${second}`);
} else {
  const say = () => console.log(`${now()}, 0, 100.00\n${now()}, 1, 40.00`);
  say();
  setInterval(say, 10);
}
