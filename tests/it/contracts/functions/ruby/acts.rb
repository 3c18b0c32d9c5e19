# What every function of the table does, by its event's "do". Others hand it each contract's events.
require 'securerandom'

module Acts
  VERSION = 'one'
  INSTANCE = SecureRandom.uuid
  @calls = 0

  def self.act(event)
    @calls += 1
    said = { hello: event['name'], version: VERSION, instance: INSTANCE, calls: @calls }
    case event['do']
    when 'error' then raise ArgumentError, 'bad seed'
    when 'exit' then exit!(3)
    when 'sleep' then sleep(60)
    when 'log' then puts "a line of #{event['name']}"
    when 'env' then said[:env] = ENV.to_h
    when 'meet' then meet(event['at'])
    end
    said
  end

  # Returns when two calls are here, whichever processes they are in.
  def self.meet(folder)
    File.write(File.join(folder, SecureRandom.uuid), '')
    sleep(0.005) while Dir.children(folder).size < 2
  end
end
