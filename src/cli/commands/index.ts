import type { Command } from 'commander';
import { benchCommand } from './bench';
import { compileCommand } from './compile';
import { completionCommand } from './completion';
import { conformanceCommand } from './conformance';
import { guestsCommand } from './guests';
import { initCommand, type PackageInfo } from './init';
import { inspectCommand } from './inspect';
import { runCommand } from './run';

/** Adds every command, in the order of the help. */
export function addCommands(program: Command, packageInfo: PackageInfo): void {
  compileCommand(program);
  inspectCommand(program);
  runCommand(program);
  benchCommand(program);
  conformanceCommand(program);
  guestsCommand(program);
  initCommand(program, packageInfo);
  completionCommand(program);
}
