# Change the greeting, save, and call it again: the next call runs the new code.
GREETING = 'Hello'

def lambda_handler(event:, context:)
  name = event.fetch('name', 'world')
  puts "greeting #{name}"
  { message: "#{GREETING}, #{name}!" }
end
