require_relative 'acts'

def lambda_handler(event:, context:)
  Acts.act(event)
end
