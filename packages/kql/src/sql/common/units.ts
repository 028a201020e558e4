import type { Arg, ScalarFunction } from '../emit.ts';
import { anyNullable, at, constantText, isNumber } from './arguments.ts';

type Factors = Readonly<Record<string, number>>;

const prefixes = {
  Nano: 1e-9,
  Micro: 1e-6,
  Milli: 1e-3,
  Centi: 1e-2,
  Deci: 1e-1,
  Deca: 1e1,
  Hecto: 1e2,
  Kilo: 1e3,
  Mega: 1e6,
  Giga: 1e9,
  Tera: 1e12,
} as const;

/** A unit and the prefixes that Kusto's list gives it. */
function scaled(unit: string, size: number, ...with_: readonly (keyof typeof prefixes)[]): Factors {
  const lower = unit.charAt(0).toLowerCase() + unit.slice(1);
  return Object.fromEntries([
    [unit, size],
    ...with_.map((prefix): [string, number] => [`${prefix}${lower}`, size * prefixes[prefix]]),
  ]);
}

const turn = 2 * Math.PI;
const pound = 0.45359237;
const gravity = 9.80665;

/** Units whose size is a definition, in one base unit of their kind. Sizes that were measured or that differ between
 *  standards are left out. */
const angles: Factors = {
  ...scaled('Radian', 1, 'Nano', 'Micro', 'Milli', 'Centi', 'Deci'),
  ...scaled('Degree', turn / 360, 'Nano', 'Micro', 'Milli'),
  Arcminute: turn / 21600,
  Arcsecond: turn / 1296000,
  Gradian: turn / 400,
  NatoMil: turn / 6400,
  Revolution: turn,
};
const energies: Factors = {
  ...scaled('Joule', 1, 'Milli', 'Kilo', 'Mega', 'Giga', 'Tera'),
  ...scaled('WattHour', 3600),
  KilowattHour: 3.6e6,
  MegawattHour: 3.6e9,
  GigawattHour: 3.6e12,
  TerawattHour: 3.6e15,
  ...scaled('WattDay', 86400),
  KilowattDay: 8.64e7,
  MegawattDay: 8.64e10,
  GigawattDay: 8.64e13,
  TerawattDay: 8.64e16,
  ...scaled('Calorie', 4.184, 'Kilo', 'Mega'),
  Erg: 1e-7,
  // The page's example converts with this one of several British thermal units.
  ...scaled('BritishThermalUnit', 1055.05585262, 'Kilo', 'Mega', 'Giga'),
};
const forces: Factors = {
  ...scaled('Newton', 1, 'Micro', 'Milli', 'Deca', 'Kilo', 'Mega'),
  Dyn: 1e-5,
  KilogramForce: gravity,
  KiloPond: gravity,
  TonneForce: gravity * 1000,
  PoundForce: pound * gravity,
  KilopoundForce: pound * gravity * 1000,
};
const lengths: Factors = {
  ...scaled('Meter', 1, 'Nano', 'Micro', 'Milli', 'Centi', 'Deci', 'Deca', 'Hecto', 'Kilo'),
  Angstrom: 1e-10,
  Chain: 20.1168,
  Fathom: 1.8288,
  Foot: 0.3048,
  Hand: 0.1016,
  Inch: 0.0254,
  Microinch: 2.54e-8,
  Mil: 2.54e-5,
  NauticalMile: 1852,
  UsSurveyFoot: 1200 / 3937,
  Yard: 0.9144,
};
const masses: Factors = {
  ...scaled('Gram', 1e-3, 'Nano', 'Micro', 'Milli', 'Centi', 'Deci', 'Deca', 'Hecto', 'Kilo'),
  ...scaled('Pound', pound, 'Kilo', 'Mega'),
  ...scaled('Tonne', 1000, 'Kilo', 'Mega'),
  Grain: pound / 7000,
  Ounce: pound / 16,
  Stone: pound * 14,
  ShortHundredweight: pound * 100,
  ShortTon: pound * 2000,
  LongHundredweight: pound * 112,
  LongTon: pound * 2240,
};
const perTime = { Second: 1, Minute: 60, Hour: 3600 } as const;
const speeds: Factors = Object.fromEntries(
  Object.entries({
    ...scaled('Meter', 1, 'Nano', 'Micro', 'Milli', 'Centi', 'Deci', 'Kilo'),
    Foot: 0.3048,
    Inch: 0.0254,
    Yard: 0.9144,
    UsSurveyFoot: 1200 / 3937,
  })
    .flatMap(([unit, size]) => Object.entries(perTime).map(([per, time]) => [`${unit}Per${per}`, size / time] as const))
    .concat([['MilePerHour', 0.44704]]),
);
const volumes: Factors = {
  ...scaled('Liter', 1e-3, 'Nano', 'Micro', 'Milli', 'Centi', 'Deci', 'Deca', 'Hecto', 'Kilo', 'Mega'),
  CubicMeter: 1,
  CubicDecimeter: 1e-3,
  CubicCentimeter: 1e-6,
  CubicMillimeter: 1e-9,
  CubicMicrometer: 1e-18,
  CubicHectometer: 1e6,
  CubicKilometer: 1e9,
  ImperialGallon: 4.54609e-3,
  // The page's example converts with six digits.
  AcreFoot: 1 / 0.000810714,
};

/** Kelvin of a temperature, and back. */
const temperatures: Readonly<Record<string, readonly [(t: string) => string, (kelvin: string) => string]>> = {
  Kelvin: [(t) => t, (k) => k],
  DegreeCelsius: [(t) => `${t} + 273.15e0`, (k) => `${k} - 273.15e0`],
  MillidegreeCelsius: [(t) => `${t} / 1000e0 + 273.15e0`, (k) => `(${k} - 273.15e0) * 1000e0`],
  DegreeFahrenheit: [(t) => `(${t} + 459.67e0) * 5e0 / 9e0`, (k) => `(${k} - 459.67e0 * 5e0 / 9e0) * 9e0 / 5e0`],
  DegreeRankine: [(t) => `${t} * 5e0 / 9e0`, (k) => `${k} * 9e0 / 5e0`],
  DegreeDelisle: [(t) => `${t} * -2e0 / 3e0 + 373.15e0`, (k) => `(${k} - 373.15e0) * -3e0 / 2e0`],
  DegreeNewton: [(t) => `${t} * 100e0 / 33e0 + 273.15e0`, (k) => `(${k} - 273.15e0) * 33e0 / 100e0`],
  DegreeReaumur: [(t) => `${t} * 5e0 / 4e0 + 273.15e0`, (k) => `(${k} - 273.15e0) * 4e0 / 5e0`],
  DegreeRoemer: [(t) => `(${t} - 7.5e0) * 40e0 / 21e0 + 273.15e0`, (k) => `(${k} - 273.15e0) * 21e0 / 40e0 + 7.5e0`],
};

/** `convert_…(value, from, to)` between constant units. */
function converter<T>(
  units: Readonly<Record<string, T>>,
  double: (arg: Arg) => string,
  body: (value: string, from: T, to: T) => string,
): ScalarFunction {
  return {
    emit(args, call) {
      const value = at(args, 0);
      if (!isNumber(value.type)) return call.refuse(`${call.name} of a ${value.type}`, 'cast it with toreal(…)');
      const [from, to] = [1, 2].map((index) => {
        const name = constantText(args[index]) ?? call.refuse(`${call.name} needs constant units`);
        return Object.hasOwn(units, name)
          ? (units[name] as T)
          : call.refuse(`${call.name} does not know '${name}' with an exact size`, `write the factor: x * 1.5`);
      }) as [T, T];
      return body(double(value), from, to);
    },
    nullable: anyNullable,
  };
}

/** By the ratio of two sizes, as near as one division gives it. */
function ratio(value: string, from: number, to: number): string {
  if (from === to) return value;
  return `((${value}) * CAST(${sized(from)} AS DOUBLE) / CAST(${sized(to)} AS DOUBLE))`;
}

function sized(size: number): string {
  const text = String(size);
  return text.includes('e') ? text : `${text}e0`;
}

/** The functions of units; `double` is a number as a double of the engine. */
export function unitFunctions(double: (arg: Arg) => string): Readonly<Record<string, ScalarFunction>> {
  return {
    convert_angle: converter(angles, double, ratio),
    convert_energy: converter(energies, double, ratio),
    convert_force: converter(forces, double, ratio),
    convert_length: converter(lengths, double, ratio),
    convert_mass: converter(masses, double, ratio),
    convert_speed: converter(speeds, double, ratio),
    convert_volume: converter(volumes, double, ratio),
    convert_temperature: converter(
      temperatures,
      double,
      (value, [kelvin], [, shown]) => `(${shown(`(${kelvin(`(${value})`)})`)})`,
    ),
  };
}
