def call(event):
    return called(event)
