"""What Coldframe runs Python functions with. A package of its own, so that none of its names can meet a function's."""
