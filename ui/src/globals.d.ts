/** True in `--mode mock` and in tests: the made-up host may be loaded. False, and its code dropped, in a build. */
declare const __MOCK__: boolean;
