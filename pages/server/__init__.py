"""What stands between strangers and the app: the process, the gate, the log and whether the app is ready."""
