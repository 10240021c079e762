#!/usr/bin/env node
import { runCommandLine } from './commandLine';

void runCommandLine(process.argv);
