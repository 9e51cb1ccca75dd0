import { Argument, type Command, type Option } from "commander";
import { type CommandContext, printLines } from "../command_context.ts";

const INSTALL_HELP = `
To have it in every shell, add a line to its start-up file:
  bash  eval "$(shopee-media completion bash)"      in ~/.bashrc
  zsh   eval "$(shopee-media completion zsh)"       in ~/.zshrc, after compinit
  fish  shopee-media completion fish | source       in ~/.config/fish/config.fish`;

const SCRIPTS = { bash: writeBash, zsh: writeZsh, fish: writeFish };

/** Adds `completion SHELL` to the program, whose own definitions it completes. */
export function addCompletionCommand(program: Command, context: CommandContext): void {
  program.command("completion")
    .description("Print a script that lets a shell complete this command.")
    .addArgument(new Argument("<shell>", "the shell").choices(Object.keys(SCRIPTS)))
    .addHelpText("after", INSTALL_HELP)
    .action((shell: keyof typeof SCRIPTS) => {
      const [first, ...others] = describe(program);
      printLines(context.io.stdout, ...SCRIPTS[shell](first!, others));
    });
}

/** What may stand in a place: one of some words, a path, or what nobody can guess. */
type Values = readonly string[] | "path" | "unknown";

/** A command, as far as it can be completed. */
interface CompletedCommand {
  name: string;
  description: string;
  options: CompletedOption[];
  /** What its arguments are, if it takes any. */
  argument?: Values;
}

interface CompletedOption {
  /** `-h`, if it has one. */
  short?: string;
  /** `--help`. */
  long: string;
  description: string;
  /** What follows it, if anything does. */
  value?: Values;
}

/** Describes the program itself, whose argument is the name of a command, and then its commands. */
function describe(program: Command): CompletedCommand[] {
  const help = program.createHelp();
  const commands = help.visibleCommands(program);
  const names = commands.map((command) => command.name());
  return [program, ...commands].map((command) => {
    const [argument] = command.registeredArguments;
    const choices = command === program || command.name() === "help" ? names : argument?.argChoices;
    return {
      name: command.name(),
      description: command.description(),
      options: help.visibleOptions(command).map(describeOption),
      argument: choices ?? (argument && kindOf(argument.name())),
    };
  });
}

function describeOption({ short, long, flags, description, argChoices }: Option): CompletedOption {
  const placeholder = /<(.+)>/.exec(flags)?.[1];
  const value = argChoices ?? (placeholder === undefined ? undefined : kindOf(placeholder));
  return { short, long: long!, description, value };
}

/** The names of this program's arguments tell what they are. */
function kindOf(name: string): Values {
  return ["file", "path", "folder"].includes(name) ? "path" : "unknown";
}

function flagsOf({ short, long }: CompletedOption): string[] {
  return short === undefined ? [long] : [short, long];
}

/** For bash 3.2, which macOS has, and later. */
function writeBash(program: CompletedCommand, commands: CompletedCommand[]): string[] {
  const cases = commands.flatMap(({ name, options, argument }) => [
    ...options.flatMap((option) =>
      option.value === undefined
        ? []
        : [`    ${flagsOf(option).map((flag) => `"${name} ${flag}"`).join("|")}) ${bashValues(option.value)} ;;`]
    ),
    `    "${name} "*)`,
    `      if [[ $current == -* ]]; then words="${options.flatMap(flagsOf).join(" ")}"`,
    `      else ${bashValues(argument ?? "unknown")}; fi ;;`,
  ]);
  const first = [...program.argument ?? [], ...program.options.flatMap(flagsOf)];
  return [
    "_shopee_media() {",
    "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} words= paths=",
    "  COMPREPLY=()",
    "  # --module=media is three words to bash.",
    "  if [[ $current == = ]]; then current=",
    "  elif [[ $previous == = ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; fi",
    `  if ((COMP_CWORD == 1)); then words="${first.join(" ")}"; else`,
    '  case "${COMP_WORDS[1]} $previous" in',
    ...cases,
    "  esac; fi",
    "  # Where nothing is found, bash completes paths, unless it is told not to.",
    "  [[ -n $paths ]] || compopt +o default 2>/dev/null",
    '  [[ -z $words ]] || COMPREPLY=($(compgen -W "$words" -- "$current"))',
    "}",
    `complete -o default -F _shopee_media ${program.name}`,
  ];
}

function bashValues(values: Values): string {
  if (values === "path") return "paths=1";
  return values === "unknown" ? ":" : `words="${values.join(" ")}"`;
}

function writeZsh(program: CompletedCommand, commands: CompletedCommand[]): string[] {
  const cases = commands.flatMap(({ name, options, argument = "unknown" }) => [
    `    ${name}) _arguments \\`,
    ...options.flatMap(zshOptions).map((spec) => `      ${spec} \\`),
    `      ${quote(`*:argument:${zshValues(argument)}`)} ;;`,
  ]);
  return [
    `#compdef ${program.name}`,
    "_shopee_media() {",
    "  local -a commands=(",
    ...commands.map(({ name, description }) => `    ${quote(`${name}:${description}`)}`),
    "  )",
    "  if ((CURRENT == 2)); then",
    `    if [[ $words[2] == -* ]]; then _arguments ${program.options.flatMap(zshOptions).join(" ")}`,
    "    else _describe command commands; fi",
    "    return",
    "  fi",
    "  shift words",
    "  ((CURRENT--))",
    "  case $words[1] in",
    ...cases,
    "  esac",
    "}",
    "# In a folder of $fpath, this file is the function itself.",
    'if [[ $funcstack[1] == _shopee_media ]]; then _shopee_media "$@"',
    `else compdef _shopee_media ${program.name}; fi`,
  ];
}

function zshOptions({ short, long, description, value }: CompletedOption): string[] {
  const text = `[${description.replace(/[\\[\]:]/g, "\\$&")}]`;
  const flags = short === undefined ? [long] : [short, long];
  return flags.map((flag) => quote(value === undefined ? flag + text : `${flag}=${text}:value:${zshValues(value)}`));
}

function zshValues(values: Values): string {
  if (values === "path") return "_files";
  return values === "unknown" ? " " : `(${values.join(" ")})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function writeFish(program: CompletedCommand, commands: CompletedCommand[]): string[] {
  const complete = `complete -c ${program.name}`;
  const inFirst = `${complete} -n __fish_use_subcommand`;
  return [
    `${complete} -f`,
    ...commands.map(({ name, description }) => `${inFirst} -a ${name} -d ${fishQuote(description)}`),
    ...program.options.map((option) => `${inFirst} ${fishOption(option)}`),
    ...commands.flatMap(({ name, options, argument }) => {
      const inCommand = `${complete} -n '__fish_seen_subcommand_from ${name}'`;
      return [
        ...options.map((option) => `${inCommand} ${fishOption(option)}`),
        ...(argument === undefined || argument === "unknown" ? [] : [`${inCommand} ${fishValues(argument)}`]),
      ];
    }),
  ];
}

function fishOption({ short, long, description, value }: CompletedOption): string {
  return [
    ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
    `-l ${long.slice(2)}`,
    ...(value === undefined ? [] : [`-r ${fishValues(value)}`]),
    `-d ${fishQuote(description)}`,
  ].join(" ");
}

function fishValues(values: Values): string {
  if (values === "path") return "-F";
  return values === "unknown" ? "-f" : `-f -a '${values.join(" ")}'`;
}

function fishQuote(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
