"""`python -I -m bot`: how git hooks and the Action start routebot."""

import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["hook"] and sys.argv[2:]:
        # A commit waits for this: it does without the command line.
        from bot import hook_door

        sys.exit(hook_door.main(sys.argv[2], sys.argv[3:]))
    from bot.cli import main

    main()
