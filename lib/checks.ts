/** What judges the templates at synth: a finding that no construct accepts with a reason fails it. */
import {
  type App,
  type IPolicyValidationContext,
  type IPolicyValidationPlugin,
  type PolicyValidationPluginReport,
  Validations,
} from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';

export function addChecks(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutions(app));
}

/**
 * cdk-nag's AwsSolutions, with one more way to accept a finding: `…` stands for a reference.
 *
 * cdk-nag names a wildcard by the whole resolved ARN, which for a resource of another stack holds a generated
 * output's name; `AwsSolutions-IAM5[Resource::…/index/*]` says what is meant, and accepts no other wildcard.
 */
export class AwsSolutions implements IPolicyValidationPlugin {
  readonly name = 'AwsSolutions';
  private readonly checks: AwsSolutionsChecks;

  constructor(app: App) {
    this.checks = new AwsSolutionsChecks(app);
  }

  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const report = this.checks.validate(context);
    const violations = report.violations
      .map((violation) => ({
        ...violation,
        violatingResources: violation.violatingResources.filter(
          ({ constructPath }) => !isAccepted(context.appConstruct, constructPath ?? '', violation.ruleName),
        ),
      }))
      .filter((violation) => violation.violatingResources.length > 0);
    return { ...report, violations, success: violations.length === 0 };
  }
}

/** True when the construct at the path, or one around it, accepts the finding. */
function isAccepted(root: IConstruct, path: string, finding: string): boolean {
  const ids = path === '' ? [] : path.split('/');
  let at: IConstruct | undefined = root;
  const patterns = patternsOf(root);
  for (const id of ids) {
    at = at?.node.tryFindChild(id);
    if (at !== undefined) patterns.push(...patternsOf(at));
  }
  return patterns.some((pattern) => pattern.test(finding));
}

function patternsOf(construct: IConstruct): RegExp[] {
  return construct.node.metadata
    .filter((entry) => entry.type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap((entry) => Object.keys(entry.data))
    .map((id) => id.replace(/^annotation::/i, ''))
    .filter((id) => id.includes('…'))
    .map((id) => new RegExp(`^${id.split('…').map(escaped).join('.+')}$`));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
