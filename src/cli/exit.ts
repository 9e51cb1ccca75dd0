/** The exit codes of the command. */
export const EXIT = {
  done: 0,
  failed: 1,
  refused: 2,
  interrupted: 130,
} as const;

/** What `--help` says about them. */
export const EXIT_HELP: string = `
Exit codes:
  0    all done
  1    an upload or a call to Shopee failed
  2    wrong usage, missing credentials, or a file that Shopee would refuse
  130  interrupted (SIGINT or SIGTERM)`;
