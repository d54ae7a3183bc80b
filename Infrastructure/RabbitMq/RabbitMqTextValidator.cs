using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Infrastructure.RabbitMq;

/// <summary>Checks the settings that are texts: the address, without ever repeating its password, the files and the pipeline's name.</summary>
public sealed partial class RabbitMqTextValidator : IValidateOptions<RabbitMqOptions>
{
    private const string Form = "amqp://user:password@host:5672/vhost (amqps:// for TLS)";

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, RabbitMqOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var result = new ValidateOptionsResultBuilder();
        if (options.ConnectionString.Length == 0)
        {
            result.AddError($"ConnectionStrings:RabbitMq is not set; it wants the broker's address, {Form}.");
        }
        else if (!IsAddress(options.ConnectionString))
        {
            result.AddError($"ConnectionStrings:RabbitMq is not an AMQP address; it wants the form {Form}.");
        }

        CheckFiles(options, result);
        if (!PipelineName().IsMatch(options.Pipeline))
        {
            result.AddError($"RabbitMq:Pipeline is '{options.Pipeline}'; 1 to 100 letters, digits, dots, hyphens and underscores are allowed.");
        }

        return result.Build();
    }

    private static void CheckFiles(RabbitMqOptions options, ValidateOptionsResultBuilder result)
    {
        (string Setting, string Path)[] files =
        [
            ("RabbitMq:CaFile", options.CaFile), ("RabbitMq:CertificateFile", options.CertificateFile), ("RabbitMq:KeyFile", options.KeyFile),
        ];
        foreach (var (setting, path) in files.Where(file => file.Path.Length > 0))
        {
            if (!options.IsEncrypted)
            {
                result.AddError($"{setting} is set, but ConnectionStrings:RabbitMq is not encrypted; its address would have to begin with amqps://.");
            }
            else if (!File.Exists(path))
            {
                result.AddError($"{setting} is '{path}', and there is no such file.");
            }
        }

        if (options.CertificateFile.Length == 0 != (options.KeyFile.Length == 0))
        {
            result.AddError("RabbitMq:CertificateFile and RabbitMq:KeyFile belong together; only one of them is set.");
        }
    }

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps";

    [GeneratedRegex("^[A-Za-z0-9._-]{1,100}\\z")]
    private static partial Regex PipelineName();
}
