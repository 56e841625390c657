import type { CheckFacts } from '../../db/shapes/server.ts'

/** Works in every shell of every Linux; a part that fails leaves out its figures only. */
export const FIGURES_COMMAND =
  'LC_ALL=C; export LC_ALL; df -Pk /; cat /proc/meminfo; echo load: $(cat /proc/loadavg); echo processors: $(getconf _NPROCESSORS_ONLN)'

/** Disk and memory in use in percent, and the load of the last minute for each processor, as far as told. */
export const figuresIn = (
  text: string,
): Pick<CheckFacts, 'diskUsedPercent' | 'memoryUsedPercent' | 'loadPerCpu'> => {
  const diskUsedPercent = number(text, /^\S+\s+\d+\s+\d+\s+\d+\s+(\d+)%\s+\/$/m)
  const total = number(text, /^MemTotal:\s+(\d+) kB/m)
  const available = number(text, /^MemAvailable:\s+(\d+) kB/m)
  const load = number(text, /^load: (\d+\.\d+)/m)
  const processors = number(text, /^processors: (\d+)/m)
  return {
    ...(diskUsedPercent !== undefined && { diskUsedPercent }),
    ...(total && available !== undefined && { memoryUsedPercent: Math.round(100 * (1 - available / total)) }),
    ...(load !== undefined && processors && { loadPerCpu: Math.round((100 * load) / processors) / 100 }),
  }
}

const number = (text: string, pattern: RegExp): number | undefined => {
  const found = pattern.exec(text)?.[1]
  return found === undefined ? undefined : Number(found)
}
