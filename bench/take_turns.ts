/**
 * Measures contenders in turns, so that the noise of a machine meets them alike.
 *
 * @param rounds How often each is measured.
 * @param contenders By name, what measures one once.
 * @returns By name, what was measured, one for each round.
 */
export async function takeTurns<Name extends string, Figure>(
  rounds: number,
  contenders: Record<Name, () => Promise<Figure>>,
): Promise<Record<Name, Figure[]>> {
  const names = Object.keys(contenders) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as Figure[]])) as Record<Name, Figure[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) figures[name].push(await contenders[name]());
  }
  return figures;
}
