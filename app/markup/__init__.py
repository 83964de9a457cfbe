"""Records → the HTML of the page, a module a part of it. Everything from documents, questions and models is escaped."""
