// Real databases and processes on a small machine: a test may take its time, but never for ever.
jest.setTimeout(180_000);
