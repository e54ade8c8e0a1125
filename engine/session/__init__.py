"""One open scenario and its runs, as a front end holds them."""
