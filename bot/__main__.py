"""`python -I -m bot`: how git hooks and the Action start routebot."""

from bot.cli import main

if __name__ == "__main__":
    main()
