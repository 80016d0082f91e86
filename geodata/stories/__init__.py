"""Stories told in a hall: which views follow one another, with a sentence and notes for the speaker."""
