const csv = () => `username
# Below, write one user on each line: a username or an email address. Lines that begin with # do not count.
`

/** The README shows it and explains its variables. */
const gitlabCi = (version: string) => `default:
  image: node:22
  before_script:
    - npm install --global --allow-scripts=better-sqlite3 ./duo-seats-${version}.tgz

variables:
  DUO_SEATS_STORE: $CI_PROJECT_DIR/seats.db

plan:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  variables:
    GITLAB_TOKEN: $SEATS_READ_TOKEN
  script:
    - duo-seats link "$CI_SERVER_URL"
    - duo-seats sync
    - duo-seats apply team.csv --dry-run --exit-code --max-removals 5 --results plan.csv
      --report codequality=quality.json --report junit=rows.xml --report markdown=plan.md
  allow_failure:
    exit_codes: [3, 7]
  artifacts:
    when: always
    expose_as: Seats
    paths: [plan.csv, plan.md]
    reports:
      codequality: quality.json
      junit: rows.xml

apply:
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  resource_group: duo-seats
  environment: duo-seats
  variables:
    GITLAB_TOKEN: $SEATS_TOKEN
  script:
    - duo-seats link "$CI_SERVER_URL"
    - duo-seats sync
    - duo-seats apply team.csv --yes --max-removals 5 --results results.csv
      --report codequality=quality.json --report junit=rows.xml
  artifacts:
    when: always
    paths: [results.csv]
    reports:
      codequality: quality.json
      junit: rows.xml
`

/** The key is the argument of `template`; the first one is the default. */
export const templates = { csv, 'gitlab-ci': gitlabCi } as const satisfies Record<
  string,
  (version: string) => string
>

export type TemplateName = keyof typeof templates

export const templateNames = Object.keys(templates) as TemplateName[]
