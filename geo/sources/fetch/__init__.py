"""Publishers' files, fetched when somebody asks for it and at no other time."""
