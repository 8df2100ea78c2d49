# Looks at processes are events that most tests do not expect.
Application.put_env(:escope, :samples, 0)
ExUnit.start()
