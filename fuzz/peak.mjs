// Loaded into the command: at its end it writes the most memory that it had, in kilobytes, to a file.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const place = process.env.LOTTERY_FUZZ_PEAK;
  if (place !== undefined) writeFileSync(place, String(process.resourceUsage().maxRSS));
});
