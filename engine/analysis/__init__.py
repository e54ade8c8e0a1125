"""From records and facts to what is known of a run. Pure: nothing here runs, waits or draws."""
