"""Question → retrieval → `Answer` ▸ `Citation` → page, command, HTTP."""
