"""
Feed broken files to every reader of what strangers hand over:
`python -m tests.fuzz --count 100000 [--seed 1] [--reader NAME] [--jobs 2]`.

Each input must end in an answer that holds together or in an error meant for people (DosahError),
within 10 seconds of processor time and 1 GiB. `--list` says which functions
of the program each target goes through, and fails where one that opens files is left out.
"""
