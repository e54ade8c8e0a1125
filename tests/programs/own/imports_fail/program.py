import first_step
