const call = (event) => called(event)
