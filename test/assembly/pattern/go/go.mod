module otelwasm.dev/test/pattern

go 1.25
