# frozen_string_literal: true

# Runs a Ruby Lambda handler against the Runtime API, with the standard library only.
#
# What a function sees (arguments, context, error bodies, log lines) is what AWS's own runtime client makes. What this one
# adds is for the emulator: CPU figures with every request for work, and the list of project files it has loaded. A bare
# socket, because `net/http` costs tens of milliseconds of every cold start.

require 'json'
require 'socket'

module Coldframe
  RUNTIME = '/2018-06-01/runtime/'
  HERE = File.expand_path(__FILE__)

  # One kept-alive connection; answers come in the order of the requests.
  class Connection
    def initialize(address)
      host, _, port = address.rpartition(':')
      @socket = TCPSocket.new(host, Integer(port))
      @socket.setsockopt(Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1)
      @common = " HTTP/1.1\r\nHost: #{address}\r\nUser-Agent: coldframe-ruby\r\n"
      @features = 0
      @files = nil
    end

    def next(extra = '')
      "GET #{RUNTIME}invocation/next#{@common}#{extra}#{Coldframe.usage}\r\n"
    end

    def post(path, body, headers = {})
      body = body.b
      lines = { 'Content-Type' => 'application/json' }.merge(headers).map { |name, value| "#{name}: #{value}\r\n" }
      "POST #{path}#{@common}#{lines.join}Content-Length: #{body.bytesize}\r\n\r\n".b << body
    end

    # A request that reports the project's files in this process, if there are more than last time.
    def loaded
      project = ENV['COLDFRAME_PROJECT']
      return '' if project.nil? || $LOADED_FEATURES.size == @features

      @features = $LOADED_FEATURES.size
      root = File.join(project, '')
      # Dependencies inside the project are not its code.
      files = $LOADED_FEATURES.select { |file| file.start_with?(root) && !file.match?(%r{/(vendor/bundle|gems)/}) }
      return '' if files == @files

      @files = files
      post('/coldframe/loaded', JSON.generate(files))
    end

    def send(data)
      @socket.write(data)
    end

    # The next answer: status, headers (lower-case names), body.
    def receive
      status = (line or exit!(1))[9, 3].to_i
      headers = {}
      while (text = line) && !text.empty?
        name, _, value = text.partition(': ')
        headers[name.downcase] = value
      end
      length = headers['content-length'].to_i
      body = length.zero? ? +'' : @socket.read(length)
      exit!(1) if body.nil? || body.bytesize < length # the emulator is gone
      [status, headers, body.force_encoding(Encoding::UTF_8)]
    end

    private

    def line
      @socket.gets("\r\n", chomp: true)
    end
  end

  # What a handler is told of its call.
  class Context
    attr_reader :aws_request_id, :invoked_function_arn, :log_group_name, :log_stream_name, :function_name,
                :memory_limit_in_mb, :function_version, :identity, :client_context, :deadline_ms

    def initialize(headers)
      @aws_request_id = headers['lambda-runtime-aws-request-id']
      @invoked_function_arn = headers['lambda-runtime-invoked-function-arn']
      @deadline_ms = headers['lambda-runtime-deadline-ms'].to_i
      @identity = parsed(headers['lambda-runtime-cognito-identity'])
      @client_context = parsed(headers['lambda-runtime-client-context'])
      @log_group_name = ENV['AWS_LAMBDA_LOG_GROUP_NAME']
      @log_stream_name = ENV['AWS_LAMBDA_LOG_STREAM_NAME']
      @function_name = ENV['AWS_LAMBDA_FUNCTION_NAME']
      @function_version = ENV['AWS_LAMBDA_FUNCTION_VERSION']
      @memory_limit_in_mb = ENV['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']
    end

    def get_remaining_time_in_millis # rubocop:disable Naming/AccessorMethodName
      [@deadline_ms - Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond), 0].max
    end

    private

    def parsed(text)
      JSON.parse(text) if text
    end
  end

  # `file.method`, or `file.Class.method`.
  class Handler
    attr_reader :file

    def initialize(text)
      parts = text.split('.')
      unless [2, 3].include?(parts.size)
        raise ArgumentError, "Invalid handler #{parts}, must be of form FILENAME.METHOD or FILENAME.CLASS.METHOD where " \
                             'FILENAME corresponds with an existing Ruby source file FILENAME.rb, CLASS is an optional ' \
                             'module/class namespace and METHOD is a callable method. If using CLASS, METHOD must be a ' \
                             'class-level method.'
      end
      @file, *@names = parts
    end

    def call(event, context)
      *class_name, method = @names
      owner = class_name.empty? ? TOPLEVEL_BINDING.receiver : Kernel.const_get(class_name.first)
      owner.__send__(method, event: event, context: context)
    end
  end

  # An exception as AWS's client tells of it: its class is said with where it came from.
  class Failure
    # What is named in the header as it is; others are somebody's own.
    KNOWN = %w[ArgumentError NoMethodError Exception StandardError NameError LoadError SystemExit SystemStackError].freeze
    MOST_FRAMES = 100

    attr_reader :body, :headers

    def initialize(exception, classification)
      @type = "#{classification}<#{exception.class}>"
      frames = (exception.backtrace_locations || []).first(MOST_FRAMES)
      # Ours are nobody's.
      frames = frames.take_while { |frame| frame.absolute_path != HERE }
      @body = { errorMessage: exception.message, errorType: @type, stackTrace: frames.map(&:to_s) }
      known = KNOWN.include?(exception.class.to_s)
      @headers = { 'Lambda-Runtime-Function-Error-Type' => known ? @type : 'Function<UserException>' }
    end

    def to_json(*)
      JSON.generate(@body)
    end

    def log(message)
      puts message
      puts JSON.pretty_generate(@body)
      Coldframe.flush
    end
  end

  # Lines of the standard logger name the request, as on AWS.
  module RequestInLogger
    def initialize(device, *rest, **named)
      super
      @default_formatter = Formatter.new if [$stdout, $stderr].include?(device)
    end
  end

  class << self
    def usage
      times = Process.times
      user = (times.utime + times.cutime) * 1_000_000
      system = (times.stime + times.cstime) * 1_000_000
      # Ruby knows no peak; the emulator looks itself.
      "coldframe-usage: #{user.round} #{system.round} 0\r\n"
    end

    def flush
      [$stdout, $stderr].each do |stream|
        stream.flush
      rescue StandardError
        nil # the function closed or replaced it
      end
    end

    # Gems that the function brings lie where bundler puts them for a deployment.
    def find_gems(root)
      own = File.join(root, 'vendor/bundle/ruby', RbConfig::CONFIG['ruby_version'])
      return unless File.directory?(own)

      ENV['GEM_PATH'] = [own, *Gem.path].join(File::PATH_SEPARATOR)
      Gem.clear_paths
    end

    def name_requests_in_logs
      require 'logger'
      formatter = Class.new(Logger::Formatter) do
        def call(severity, time, progname, message)
          stamp = "#{format_datetime(time)} ##{Process.pid}"
          id = $_global_aws_request_id
          "#{severity[0]}, [#{stamp}] #{severity.rjust(5)} #{id} -- #{progname}: #{msg2str(message)}\n"
        end
      end
      const_set(:Formatter, formatter)
      RequestInLogger.const_set(:Formatter, formatter)
      Logger.prepend(RequestInLogger)
    end

    def main
      $stdout.sync = true
      $stderr.sync = true
      api = Connection.new(ENV.fetch('AWS_LAMBDA_RUNTIME_API'))
      root = Dir.pwd
      find_gems(root)
      name_requests_in_logs
      started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
      handler = load_handler(api, root)
      took = Process.clock_gettime(Process::CLOCK_MONOTONIC) - started
      loaded = api.loaded
      api.send("#{loaded}#{api.next("coldframe-init-us: #{(took * 1_000_000).round}\r\n")}")
      api.receive unless loaded.empty?
      loop { serve(api, handler) }
    end

    private

    def load_handler(api, root)
      $LOAD_PATH.unshift(root) unless $LOAD_PATH.include?(root)
      handler = Handler.new(ENV.fetch('_HANDLER'))
      require handler.file
      handler
    rescue Exception => e # rubocop:disable Lint/RescueException
      failure = Failure.new(e, 'Init')
      failure.log("Init error when loading handler #{ENV['_HANDLER']}")
      api.send(api.post("#{RUNTIME}init/error", failure.to_json, failure.headers))
      api.receive
      exit!(1)
    end

    def serve(api, handler)
      _, headers, body = api.receive
      id = headers['lambda-runtime-aws-request-id']
      $_global_aws_request_id = id
      ENV['_X_AMZN_TRACE_ID'] = headers['lambda-runtime-trace-id']
      answer, ends = answered(api, handler, "#{RUNTIME}invocation/#{id}/", headers, body)
      flush
      if ends
        api.send(answer)
        api.receive
        exit!(1)
      end
      loaded = api.loaded
      api.send("#{answer}#{loaded}".b << api.next)
      status, _, said = api.receive
      warn "Failed to post invocation response: #{status} #{said}" unless status == 202
      api.receive unless loaded.empty?
    end

    # The request that carries the answer, and whether the process ends with it.
    def answered(api, handler, path, headers, body)
      event = headers['content-type'] == 'application/json' ? JSON.parse(body) : body
      result = handler.call(event, Context.new(headers))
      if result.is_a?(IO) || (defined?(StringIO) && result.is_a?(StringIO))
        return [api.post("#{path}response", result.read, 'Content-Type' => 'application/unknown'), false]
      end

      [api.post("#{path}response", result.to_json), false]
    # A name that is not there, and what no handler should rescue, end the environment on AWS.
    rescue NameError, ScriptError, NoMemoryError, SecurityError, SystemExit, SystemStackError => e
      [failed(api, path, e, 'Critical exception from handler'), true]
    rescue StandardError => e
      [failed(api, path, e, 'Error raised from handler method'), false]
    end

    def failed(api, path, exception, message)
      failure = Failure.new(exception, 'Function')
      failure.log(message)
      cause = { working_directory: Dir.pwd, paths: Gem.path, exceptions: [cause_of(failure.body, exception)] }
      headers = failure.headers.merge('Lambda-Runtime-Function-XRay-Error-Cause' => JSON.generate(cause))
      api.post("#{path}error", failure.to_json, headers)
    end

    def cause_of(body, exception)
      frames = (exception.backtrace_locations || []).first(15)
      stack = frames.map { |frame| { path: frame.path, line: frame.lineno, label: frame.label } }
      { message: body[:errorMessage].to_s[0, 1000], type: body[:errorType], stack: stack }
    end
  end
end

Coldframe.main
